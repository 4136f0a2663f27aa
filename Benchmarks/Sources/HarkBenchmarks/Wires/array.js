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

// Hands out each value when its own closing bracket arrives: nothing follows it until there is another one.
class ArrayReader {
  #receive;
  #unread = "";
  // How much of `#unread` was looked at; one more than there is if it ends in the middle of an escape.
  #scanned = 0;
  #depth = 0;
  #isInString = false;

  constructor(receive) {
    this.#receive = receive;
  }

  read(chunk) {
    const text = this.#unread + chunk;
    let start = 0;
    let at = this.#scanned;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.#isInString) {
        if (code === 0x5c) at += 1;
        else if (code === 0x22) this.#isInString = false;
      } else if (code === 0x22) {
        this.#isInString = true;
      } else if (code === 0x5b || code === 0x7b) {
        if (this.#depth === 1) start = at;
        this.#depth += 1;
      } else if (code === 0x5d || code === 0x7d) {
        this.#depth -= 1;
        if (this.#depth === 1) this.#receive(JSON.parse(text.slice(start, at + 1)));
      }
    }
    const isComplete = this.#depth <= 1;
    this.#unread = isComplete ? "" : text.slice(start);
    this.#scanned = isComplete ? 0 : at - start;
  }
}
