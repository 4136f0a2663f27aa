@main struct HarkCommand { static func main() {} }
