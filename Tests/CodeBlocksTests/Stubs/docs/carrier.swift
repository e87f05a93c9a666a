import ZentrunkCore
import ZentrunkPlivo

var client: ZentrunkClient { fatalError() }
