import Foundation
import ZentrunkJSON
import ZentrunkSandbox

/// A phone number with provider `byo-phone-number`. <https://docs.vapi.ai/advanced/sip/sip-trunk>
enum VapiPhoneNumber {
    static let provider = "byo-phone-number"

    static func shape(creating: Bool) -> VapiShape {
        VapiShape(
            fields: [
                "provider": .choice([provider]), "credentialId": .text(), "number": .text(length: 3...40),
                "numberE164CheckEnabled": .truth, "name": .text(length: 0...40), "assistantId": .text(),
                "squadId": .text(), "workflowId": .text(), "server": .anything, "fallbackDestination": .anything,
                "hooks": .objects,
            ], required: creating ? ["provider", "credentialId", "number"] : ["provider"])
    }

    /// - Parameter members: The number's members after the request.
    static func complaints(about members: JSONObject) -> [String] {
        let number = members["number"]?.string ?? ""
        let plus = number.hasPrefix("+")
        let rest = number.dropFirst(plus ? 1 : 0).utf8
        func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }
        if members["numberE164CheckEnabled"] == .bool(false) {
            return !rest.isEmpty && rest.allSatisfy { isDigit($0) || isLetter($0) }
                ? [] : ["number must hold letters and digits only, after an optional plus sign"]
        }
        return plus && (2...15).contains(rest.count) && rest.first != UInt8(ascii: "0") && rest.allSatisfy(isDigit)
            ? [] : ["number must be a valid phone number in the E.164 format; the country code may be missing"]
    }
}

extension VapiStore {
    mutating func createPhoneNumber(_ request: SandboxRequest) throws(VapiRefusal) -> SandboxAnswer {
        let members = try Self.members(of: request)
        try check(members, creating: true, after: members)
        let id = phoneNumbers.add(members.merging(["status": "active"]))
        return .json(201, try shown(id, in: phoneNumbers))
    }

    /// Updates a number. The body is a union discriminated by `provider`, so `provider` is required although it cannot
    /// change.
    mutating func updatePhoneNumber(_ id: String, _ request: SandboxRequest) throws(VapiRefusal) -> SandboxAnswer {
        guard let stored = phoneNumbers.row(id) else { throw VapiRefusal(404, "No object has the id \(id)") }
        let members = try Self.members(of: request)
        try check(members, creating: false, after: stored.merging(members))
        phoneNumbers.update(id, with: members)
        return .json(200, try shown(id, in: phoneNumbers))
    }

    private func check(_ members: JSONObject, creating: Bool, after merged: JSONObject) throws(VapiRefusal) {
        var complaints = VapiPhoneNumber.shape(creating: creating).complaints(about: members)
        if let credential = members["credentialId"]?.string, UUID(uuidString: credential) == nil {
            complaints.append("credentialId must be a UUID")
        }
        if complaints.isEmpty { complaints = VapiPhoneNumber.complaints(about: merged) }
        guard complaints.isEmpty else { throw .invalid(complaints) }
        if let credential = members["credentialId"]?.string {
            guard credentials.row(credential)?["provider"]?.string == VapiCredential.provider else {
                throw VapiRefusal(400, "The byo-sip-trunk credential \(credential) does not exist")
            }
        }
    }
}
