import ZentrunkAcme
import ZentrunkAcmeSandbox
import ZentrunkCommandLine
import ZentrunkPlatforms

await ZentrunkCommand.main(adding: [PlatformPlugin(.acme, sandbox: AcmeService.self)])
