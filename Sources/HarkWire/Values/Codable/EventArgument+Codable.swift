/// What makes any `Codable` type an argument by its mere declaration.
extension EventArgument where Self: Encodable {
    /// Writes what `encode(to:)` makes of the value; its error, if it throws one, becomes the writer's failure.
    public func encode(into writer: inout ArgumentWriter) {
        do {
            try EncodedNode(self, path: []).write(to: &writer)
        } catch let EncodingError.invalidValue(_, context) {
            writer.fail(.invalid(PathKey.sentence(context.codingPath, context.debugDescription)))
        } catch {
            writer.fail(.invalid("\(error)"))
        }
    }
}

extension EventArgument where Self: Decodable {
    /// Reads what `init(from:)` makes of the next value.
    public init(reading reader: inout ArgumentReader) throws(ArgumentError) {
        let source = try DecodedSource(next: &reader)
        defer { reader.cbor.budget = source.budget }
        do {
            self = try Self(from: ArgumentDecoder(source: source, offset: 0, codingPath: []))
        } catch let error as DecodingError {
            throw ArgumentError(error)
        } catch let error as ArgumentError {
            throw error
        } catch {
            throw .invalid("\(error)")
        }
    }
}

extension ArgumentError {
    init(_ error: DecodingError) {
        self =
            switch error {
            case .keyNotFound(let key, let context): .missingField(PathKey.joined(context.codingPath + [key]))
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                .invalid(PathKey.sentence(context.codingPath, context.debugDescription))
            @unknown default: .invalid("\(error)")
            }
    }

    /// The same as the standard library's decoding reports it, so that a type's own `init(from:)` can react to it.
    func decodingError(_ type: any Any.Type, _ path: [any CodingKey]) -> DecodingError {
        let context = DecodingError.Context(codingPath: path, debugDescription: description, underlyingError: self)
        return switch self {
        case .mismatch(_, .null), .missing: .valueNotFound(type, context)
        case .mismatch: .typeMismatch(type, context)
        case .missingField, .outOfRange, .malformed, .tooDeep, .overBudget, .invalid: .dataCorrupted(context)
        }
    }
}
