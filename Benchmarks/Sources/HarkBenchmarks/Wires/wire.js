"use strict";
const EventEmitter = require("node:events");
const net = require("node:net");
const { randomBytes } = require("node:crypto");
const { StringDecoder } = require("node:string_decoder");

// One connection in one of the older wires, written as the libraries were: JSON.stringify and one write for each event.
class Wire extends EventEmitter {
  #socket;

  constructor(socket) {
    super();
    this.#socket = socket;
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

  // Calls back when there is room again, after a `send` that returned false.
  awaitRoom(isThere) {
    this.#socket.once("drain", isThere);
  }
}
