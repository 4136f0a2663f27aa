import Hark

/// Keeps the latest price of each symbol, and tells everybody when one changes.
@EventLoop
final class PriceBoard {
    let server: Server
    private var prices: [String: Double] = [:]

    init(options: Server.Options = Server.Options()) throws {
        server = Server(options: options)
        server.on("set") { (symbol: String, price: Double) in
            self.prices[symbol] = price
            self.server.broadcast("changed", symbol, price)
        }
        try server.reply(to: "price") { (symbol: String) in self.prices[symbol] }
    }
}
