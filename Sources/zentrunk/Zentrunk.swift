import ZentrunkCommandLine

@main
enum Zentrunk {
    static func main() async { await ZentrunkCommand.main() }
}
