// socket-ipc: `{"topic":…,"message":…}` and two zero bytes, which JSON never contains.
class SocketIPC extends Wire {
  #decoder = new StringDecoder("utf8");
  #unread = "";

  hear(topic, listener) {
    this.on(`message.${topic}`, listener);
  }

  read(chunk) {
    this.#unread += this.#decoder.write(chunk);
    for (const { topic, message } of this.#messages()) {
      this.emit("message", message, topic);
      this.emit(`message.${topic}`, message);
    }
  }

  // Returns whether the socket takes more.
  send(topic, message) {
    return this.write(JSON.stringify({ topic, message }) + "\0\0");
  }

  // All that are complete.
  #messages() {
    const messages = [];
    let start = 0;
    for (let end; (end = this.#unread.indexOf("\0\0", start)) >= 0; start = end + 2) {
      messages.push(JSON.parse(this.#unread.slice(start, end)));
    }
    this.#unread = this.#unread.slice(start);
    return messages;
  }
}
