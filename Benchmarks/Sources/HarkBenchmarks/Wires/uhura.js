// Unbounded in the library, whose search for the acknowledged event then takes seconds.
const unacknowledgedMax = 1000;

// Uhura in object mode with acknowledgements: each event has an id, and is kept until `ack::<id>` comes.
class Uhura extends Wire {
  #writer = new ArrayWriter();
  #reader = new ArrayReader((message) => this.#receive(message));
  #unacknowledged = [];
  #data = {};
  #isReady;
  // Who waits for acknowledgements.
  #roomIsThere;

  read(chunk) {
    this.#reader.read(chunk);
  }

  // The server answers `connect`.
  start(isReady) {
    this.#isReady = isReady;
    this.#say(["_set", this.#data]);
    this.#say(["start", { objectMode: true, enableAcks: true }]);
  }

  // Returns whether the socket takes more, and acknowledgements are not too far behind.
  send(...args) {
    const message = { args, id: uuid() };
    this.#unacknowledged.push(message);
    return this.#say(message) && this.#hasRoom;
  }

  awaitRoom(isThere) {
    if (this.#hasRoom) super.awaitRoom(isThere);
    else this.#roomIsThere = isThere;
  }

  get #hasRoom() {
    return this.#unacknowledged.length < unacknowledgedMax;
  }

  #say(message) {
    return this.write(this.#writer.text(message));
  }

  #receive(message) {
    const args = message.args ?? message;
    const name = args[0];
    if (name.startsWith("ack::")) return this.#acknowledged(name.slice(5));
    if (name === "_set") return this.#set(args[1], args[2]);
    if (name === "start") return this.#welcome(args[1]);
    if (name === "connect") return this.#isReady();
    // At once, before any listener.
    if (message.id) this.#say({ args: [`ack::${message.id}`] });
    this.emit(...args);
  }

  #acknowledged(id) {
    const index = this.#unacknowledged.findIndex((message) => message.id === id);
    if (index >= 0) this.#unacknowledged.splice(index, 1);
    // After the other acknowledgements that came with this one.
    if (this.#roomIsThere) setImmediate(this.#roomIsThere);
    this.#roomIsThere = undefined;
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

// Version 4, from bytes that are asked for one event at a time.
function uuid() {
  const bytes = randomBytes(16);
  bytes[6] = 0x40 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
