// Uhura in object mode with acknowledgements: each event has an id, and is kept until `ack::<id>` comes.
class Uhura extends Wire {
  #writer = new ArrayWriter();
  #reader = new ArrayReader((message) => this.#receive(message));
  #unacknowledged = new Map();
  #data = {};
  #isReady;

  read(chunk) {
    this.#reader.read(chunk);
  }

  // The server answers `connect`.
  start(isReady) {
    this.#isReady = isReady;
    this.#say(["_set", this.#data]);
    this.#say(["start", { objectMode: true, enableAcks: true }]);
  }

  // Returns whether the socket takes more.
  send(...args) {
    const message = { args, id: randomUUID() };
    this.#unacknowledged.set(message.id, message);
    return this.#say(message);
  }

  #say(message) {
    return this.write(this.#writer.text(message));
  }

  #receive(message) {
    const args = message.args ?? message;
    const name = args[0];
    if (name.startsWith("ack::")) return void this.#unacknowledged.delete(name.slice(5));
    if (name === "_set") return this.#set(args[1], args[2]);
    if (name === "start") return this.#welcome(args[1]);
    if (name === "connect") return this.#isReady();
    // At once, before any listener. Who does not take it is not listened to meanwhile, or these would pile up.
    if (message.id && !this.#say({ args: [`ack::${message.id}`] })) this.pauseReading();
    this.emit(...args);
  }

  #set(key, value) {
    if (typeof key === "object") Object.assign(this.#data, key);
    else this.#data[key] = value;
  }

  #welcome(settings) {
    this.#say(["_set", "sessionID", randomBytes(12).toString("hex")]);
    this.send("connect", settings);
  }
}
