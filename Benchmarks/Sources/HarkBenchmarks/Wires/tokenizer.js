// Cuts UTF-8 JSON into tokens as the tokenizer of JSONStream does: in JavaScript, a byte at a time, and a string grows
// by a character at a time. It may stop between any two bytes; a token is handed out when its last byte is in, except a
// number, which ends where something else begins.

// Punctuation is named by its byte.
const Token = {
  string: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openArray: 0x5b,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
  number: 256,
  literal: 257,
};

// Where in a token the next byte falls.
const Within = { nothing: 0, string: 1, character: 2, escape: 3, hex: 4, number: 5, literal: 6 };

// By their first byte.
const literals = new Map([
  [0x74, ["true", true]],
  [0x66, ["false", false]],
  [0x6e, ["null", null]],
]);

// By the character behind the backslash.
const escapes = new Map(
  Object.entries({ b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", "/": "/" }),
);

class Tokenizer {
  #onToken;
  #within = Within.nothing;
  // The string, number or literal so far.
  #text = "";
  #hex = "";
  // A character of several bytes: its value so far, and how many bytes it lacks.
  #character = 0;
  #lacking = 0;
  #literal;

  // `onToken(type, value)`; punctuation has no value.
  constructor(onToken) {
    this.#onToken = onToken;
  }

  read(bytes) {
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index];
      if (this.#within === Within.string) this.#string(byte);
      else if (this.#within === Within.nothing) this.#begin(byte);
      else this.#continue(byte);
    }
  }

  #continue(byte) {
    switch (this.#within) {
      case Within.character: return this.#characterByte(byte);
      case Within.escape: return this.#escape(byte);
      case Within.hex: return this.#hexDigit(byte);
      case Within.number: return this.#number(byte);
      default: return this.#letter(byte);
    }
  }

  #begin(byte) {
    switch (byte) {
      case 0x20: case 0x09: case 0x0a: case 0x0d:
        return;
      case Token.comma: case Token.colon:
      case Token.openArray: case Token.closeArray: case Token.openObject: case Token.closeObject:
        return this.#onToken(byte, undefined);
      case Token.string:
        this.#text = "";
        this.#within = Within.string;
        return;
    }
    this.#text = String.fromCharCode(byte);
    this.#literal = literals.get(byte);
    if (this.#literal) this.#within = Within.literal;
    else if (isDigit(byte) || byte === 0x2d) this.#within = Within.number;
    else this.#refuse(byte);
  }

  #string(byte) {
    if (byte === 0x22) this.#finish(Token.string, this.#text);
    else if (byte === 0x5c) this.#within = Within.escape;
    else if (byte >= 0x80) this.#firstByte(byte);
    else if (byte >= 0x20) this.#text += String.fromCharCode(byte);
    else this.#refuse(byte);
  }

  #firstByte(byte) {
    if (byte < 0xc2 || byte > 0xf4) this.#refuse(byte);
    this.#lacking = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    this.#character = byte & (0x3f >> this.#lacking);
    this.#within = Within.character;
  }

  #characterByte(byte) {
    if ((byte & 0xc0) !== 0x80) this.#refuse(byte);
    this.#character = (this.#character << 6) | (byte & 0x3f);
    this.#lacking -= 1;
    if (this.#lacking === 0) this.#append(String.fromCodePoint(this.#character));
  }

  #escape(byte) {
    if (byte === 0x75) {
      this.#hex = "";
      this.#within = Within.hex;
      return;
    }
    this.#append(escapes.get(String.fromCharCode(byte)) ?? this.#refuse(byte));
  }

  // The halves of a surrogate pair come one after the other and join by themselves.
  #hexDigit(byte) {
    if (!isDigit(byte) && !((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)) this.#refuse(byte);
    this.#hex += String.fromCharCode(byte);
    if (this.#hex.length === 4) this.#append(String.fromCharCode(parseInt(this.#hex, 16)));
  }

  #append(text) {
    this.#text += text;
    this.#within = Within.string;
  }

  #number(byte) {
    // + - . E e
    if (isDigit(byte) || byte === 0x2b || byte === 0x2d || byte === 0x2e || byte === 0x45 || byte === 0x65) {
      this.#text += String.fromCharCode(byte);
      return;
    }
    const number = Number(this.#text);
    if (Number.isNaN(number)) this.#refuse(byte);
    this.#finish(Token.number, number);
    this.#begin(byte);
  }

  #letter(byte) {
    const [name, value] = this.#literal;
    if (byte !== name.charCodeAt(this.#text.length)) this.#refuse(byte);
    this.#text += String.fromCharCode(byte);
    if (this.#text.length === name.length) this.#finish(Token.literal, value);
  }

  #finish(type, value) {
    this.#within = Within.nothing;
    this.#onToken(type, value);
  }

  #refuse(byte) {
    throw new SyntaxError(`byte ${byte} is not JSON here`);
  }
}

function isDigit(byte) {
  return byte >= 0x30 && byte <= 0x39;
}
