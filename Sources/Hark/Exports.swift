@_exported public import HarkUV
@_exported public import HarkWire
