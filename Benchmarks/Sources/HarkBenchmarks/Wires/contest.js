// One end of one run: the task is the last argument, the report one line.
const task = JSON.parse(process.argv.at(-1));
const Dialect = { streamitter: Streamitter, uhura: Uhura, "socket-ipc": SocketIPC }[task.dialect];
const isPingPong = task.workload === "ping-pong";
const place = task.isUnix ? { path: task.address } : { host: task.address, port: task.port };
const text = "Z".repeat(task.size);

// The libraries set no option of a socket, so Nagle's algorithm is on. Only a ping-pong is spared it: Uhura's would
// wait for delayed acknowledgements of TCP's, twice 40 ms a round trip.
const noDelay = isPingPong;

// Messages between readings of the clock; a turn is about a mebibyte, as in contest.c.
const stride = isPingPong ? 16 : 256;
const turn = Math.max(16, Math.floor((1024 * 1024) / task.size));

function receive() {
  const meter = new Meter(stride, task.seconds);
  const server = net.createServer({ noDelay }, (socket) => {
    const wire = new Dialect(socket);
    wire.hear("text", (text) => meter.received(text));
    wire.hear("ping", (ping) => {
      meter.received(ping);
      wire.send("pong", text);
    });
    wire.hear("over", () => {
      meter.report();
      socket.end();
      server.close();
    });
  });
  server.listen(place, () => {
    console.log(`ready ${task.isUnix ? task.address : `${task.address}:${server.address().port}`}`);
  });
}

function send() {
  const meter = new Meter(1, task.seconds);
  const socket = net.connect({ ...place, noDelay });
  const wire = new Dialect(socket);
  const finish = () => {
    wire.send("over");
    socket.end();
    meter.report();
  };
  wire.start(() => (isPingPong ? serve(wire, meter, finish) : flood(wire, meter, finish)));
}

// A turn ends when the wire takes no more, or as every contestant's does.
function flood(wire, meter, finish) {
  let takesMore = true;
  let count = 0;
  while (takesMore && count < turn) {
    takesMore = wire.send("text", text);
    count += 1;
  }
  if (!meter.sent(count)) return finish();
  const next = () => flood(wire, meter, finish);
  if (takesMore) setImmediate(next);
  else wire.awaitRoom(next);
}

function serve(wire, meter, finish) {
  let began = performance.now();
  wire.hear("pong", (pong) => {
    meter.checksum += pong.length;
    began = meter.roundTrip(began);
    if (meter.isOver(began)) finish();
    else wire.send("ping", text);
  });
  wire.send("ping", text);
}

if (task.isReceiver) receive();
else send();
