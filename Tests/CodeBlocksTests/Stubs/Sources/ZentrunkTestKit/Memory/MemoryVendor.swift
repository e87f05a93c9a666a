import ZentrunkCore
@_spi(Adapter) import ZentrunkTestKit
