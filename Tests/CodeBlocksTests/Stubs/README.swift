import ZentrunkCore
import ZentrunkCurl
import ZentrunkJournal
import ZentrunkPlivo
import ZentrunkVapi

var curl: CurlTransport { fatalError() }
var journal: SQLiteJournal { fatalError() }
var authID: String { fatalError() }
var authToken: String { fatalError() }
var key: String { fatalError() }
