// Streamitter: `[name, …]`, and what one side emits is heard by the listeners of both.
class Streamitter extends Wire {
  #writer = new ArrayWriter();
  #reader = new ArrayReader((event) => this.emit(...event));

  read(chunk) {
    this.#reader.read(chunk);
  }

  // Returns whether the socket takes more.
  send(...event) {
    const takesMore = this.write(this.#writer.text(event));
    this.emit(...event);
    return takesMore;
  }
}
