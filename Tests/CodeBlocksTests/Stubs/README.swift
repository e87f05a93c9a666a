import Foundation
import ZentrunkCore
import ZentrunkJournal
import ZentrunkPlivo
import ZentrunkVapi

var plivo: PlivoCarrier { fatalError() }
var vapi: VapiAdapter { fatalError() }
var folder: String { fatalError() }
