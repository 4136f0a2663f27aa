// The meter of contest.c, for Node: same warm-up, same window, same report.
const warmUpMilliseconds = 100;
const markIntervalMilliseconds = 2;

class Meter {
  messages = 0;
  checksum = 0;
  latencies = [];
  #mask;
  #stopsAt;
  #nextMarkAt = 0;
  #first;
  #last = { now: 0, messages: 0, used: { user: 0, system: 0 } };

  // Reads the clock once in `stride` messages, a power of two.
  constructor(stride, seconds) {
    this.#mask = stride - 1;
    // Until the first mark, this is a length of time.
    this.#stopsAt = warmUpMilliseconds + seconds * 1000;
  }

  // One message arrived; the sum proves that it was looked at.
  received(text) {
    this.checksum += text.length + text.charCodeAt(0);
    this.messages += 1;
    if ((this.messages & this.#mask) === 0) this.mark();
  }

  // A turn of a sender produced `count` messages. Returns whether there is time for another turn.
  sent(count) {
    this.messages += count;
    return !this.isOver(this.mark());
  }

  // A round trip that began at `began` ended now. Returns now.
  roundTrip(began) {
    const now = performance.now();
    this.messages += 1;
    if (now >= this.#nextMarkAt) this.mark();
    if (this.#first) this.latencies.push((now - began) * 1000);
    return now;
  }

  isOver(now) {
    return this.#nextMarkAt !== 0 && now >= this.#stopsAt;
  }

  mark() {
    const now = performance.now();
    if (now < this.#nextMarkAt) return now;
    if (this.#nextMarkAt === 0) {
      this.#stopsAt += now;
      this.#nextMarkAt = now + warmUpMilliseconds;
      return now;
    }
    this.#last = { now, messages: this.messages, used: process.cpuUsage() };
    this.#first ??= this.#last;
    this.#nextMarkAt = now + markIntervalMilliseconds;
    return now;
  }

  report() {
    const last = this.#last;
    const first = this.#first ?? last;
    const report = {
      messages: last.messages - first.messages,
      seconds: (last.now - first.now) / 1000,
      userMicroseconds: last.used.user - first.used.user,
      systemMicroseconds: last.used.system - first.used.system,
    };
    if (this.latencies.length > 0) {
      const sorted = Float64Array.from(this.latencies).sort();
      const percentile = (share) => sorted[Math.floor(share * (sorted.length - 1))];
      report.latencies = { p50: percentile(0.5), p99: percentile(0.99), p999: percentile(0.999) };
    }
    console.log(JSON.stringify(report));
  }
}
