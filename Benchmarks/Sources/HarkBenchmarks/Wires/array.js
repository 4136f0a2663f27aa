// The endless JSON array that Streamitter and Uhura speak, one per direction.

// Puts before each value what JSONStream does.
class ArrayWriter {
  #separator = "[\n";

  text(value) {
    const text = this.#separator + JSON.stringify(value);
    this.#separator = "\n,\n";
    return text;
  }
}

const Expected = { value: 0, key: 1, colon: 2, comma: 3 };

// Builds values from tokens, on a stack, and hands out each child of the root when it is complete: nothing follows it
// until there is another one.
class ArrayReader {
  #receive;
  #tokenizer = new Tokenizer((type, value) => this.#take(type, value));
  #expected = Expected.value;
  // The containers around `#container`, with the key that each is at.
  #stack = [];
  #container;
  #key;

  constructor(receive) {
    this.#receive = receive;
  }

  read(bytes) {
    this.#tokenizer.read(bytes);
  }

  #take(type, value) {
    switch (this.#expected) {
      case Expected.value: return this.#takeValue(type, value);
      case Expected.key: return this.#takeKey(type, value);
      case Expected.colon: return type === Token.colon ? this.#expect(Expected.value) : this.#refuse(type);
      default: return type === Token.comma ? this.#next() : this.#close(type);
    }
  }

  #takeValue(type, value) {
    switch (type) {
      case Token.string: case Token.number: case Token.literal: return this.#put(value);
      case Token.openArray: return this.#push([], 0, Expected.value);
      case Token.openObject: return this.#push({}, undefined, Expected.key);
      default: return this.#close(type);
    }
  }

  #takeKey(type, value) {
    if (type !== Token.string) return this.#close(type);
    this.#key = value;
    this.#expect(Expected.colon);
  }

  #next() {
    const isArray = Array.isArray(this.#container);
    if (isArray) this.#key += 1;
    this.#expect(isArray ? Expected.value : Expected.key);
  }

  #close(type) {
    const closing = Array.isArray(this.#container) ? Token.closeArray : Token.closeObject;
    if (type !== closing || this.#stack.length === 0) this.#refuse(type);
    this.#put(this.#pop());
  }

  #push(container, key, expected) {
    this.#stack.push({ container: this.#container, key: this.#key });
    this.#container = container;
    this.#key = key;
    this.#expect(expected);
  }

  #pop() {
    const complete = this.#container;
    const { container, key } = this.#stack.pop();
    this.#container = container;
    this.#key = key;
    return complete;
  }

  // The root would grow for ever, so it keeps nothing; after it another one may begin.
  #put(value) {
    const depth = this.#stack.length;
    this.#expect(depth === 0 ? Expected.value : Expected.comma);
    if (depth === 1) this.#receive(value);
    else if (depth > 1) this.#container[this.#key] = value;
  }

  #expect(expected) {
    this.#expected = expected;
  }

  #refuse(type) {
    throw new SyntaxError(`token ${type} is not expected here`);
  }
}
