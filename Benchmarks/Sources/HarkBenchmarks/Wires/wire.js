"use strict";
const EventEmitter = require("node:events");
const net = require("node:net");
const { randomBytes, randomUUID } = require("node:crypto");

// One connection in one of the older wires, written as the libraries were: JSON.stringify and one write for each event.
class Wire extends EventEmitter {
  #socket;

  constructor(socket) {
    super();
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (chunk) => this.read(chunk));
  }

  // What the dialler does first. Connected is ready where there is no handshake.
  start(isReady) {
    isReady();
  }

  // Hears what the other side says by this name.
  hear(name, listener) {
    this.on(name, listener);
  }

  // Returns whether the socket takes more.
  write(text) {
    return this.#socket.write(text);
  }

  // Reads nothing until the socket takes more.
  pauseReading() {
    if (this.#socket.isPaused()) return;
    this.#socket.pause();
    this.#socket.once("drain", () => this.#socket.resume());
  }
}
