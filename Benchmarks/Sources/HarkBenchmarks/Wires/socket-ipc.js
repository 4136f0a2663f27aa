// socket-ipc: `{"topic":…,"message":…}` and two zero bytes, which JSON never contains.
class SocketIPC extends Wire {
  #unread = "";

  hear(topic, listener) {
    this.on(`message.${topic}`, listener);
  }

  read(chunk) {
    const pieces = (this.#unread + chunk).split("\0\0");
    this.#unread = pieces.pop();
    for (const piece of pieces) {
      const { topic, message } = JSON.parse(piece);
      this.emit("message", message, topic);
      this.emit(`message.${topic}`, message);
    }
  }

  // Returns whether the socket takes more.
  send(topic, message) {
    return this.write(JSON.stringify({ topic, message }) + "\0\0");
  }
}
