@main struct Zentrunk { static func main() {} }
