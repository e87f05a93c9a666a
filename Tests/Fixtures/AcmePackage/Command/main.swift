import ZentrunkAcme
import ZentrunkAcmeSandbox
import ZentrunkCommandLine
import ZentrunkPlatforms

await ZentrunkCommand.main(adding: [Platform(AcmeAdapter.self, sandbox: AcmeService.self)])
