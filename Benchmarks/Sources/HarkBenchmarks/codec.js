// What a Node program does for one event: JSON.stringify, then JSON.parse. Same event, same report as the others.
const seconds = Number(process.argv[process.argv.length - 1]);
const warmUp = 0.1;
const batch = 256;

const event = [
  "order.created", 1234567, 98.765, "abcdefghijklmnopqrstuvwx",
  { id: 4711, paid: true, customer: "Ada Lovelace" },
];

function run(limit) {
  const began = process.hrtime.bigint();
  let messages = 0;
  for (;;) {
    for (let index = 0; index < batch; index++) {
      event[1] += 1;
      const received = JSON.parse(JSON.stringify(event));
      if (received[1] !== event[1] || received[4].customer.length !== 12) throw new Error("wrong event");
    }
    messages += batch;
    const elapsed = Number(process.hrtime.bigint() - began) / 1e9;
    if (elapsed >= limit) return { messages, elapsed };
  }
}

run(warmUp);
const before = process.cpuUsage();
const { messages, elapsed } = run(seconds);
const used = process.cpuUsage(before);
console.log(JSON.stringify({
  messages, seconds: elapsed, userMicroseconds: used.user, systemMicroseconds: used.system,
}));
