import Foundation
import ZentrunkCore
import ZentrunkJSON
import ZentrunkPlivo

/// A company that connects its own numbers and agents, with its keys.
struct Customer: Sendable {
    /// The name in paths: lower-case letters, digits and hyphens.
    let name: String
    /// What the customer's requests to this backend carry.
    let token: Secret
    /// The keys of the customer's vendors, by the settings' names: `PLIVO_AUTH_ID`, `VAPI_API_KEY`.
    let settings: [String: Secret]
}

/// All customers. A company with a customer database reads it here.
struct Customers: Sendable {
    private let byName: [String: Customer]
    var all: [Customer] { Array(byName.values) }

    /// Creates the list.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` if two customers have the same name or the same Plivo account: the account
    ///   is what keeps customers apart in the journal.
    init(_ customers: [Customer]) throws {
        var accounts: [Secret: String] = [:]
        var byName: [String: Customer] = [:]
        for customer in customers {
            guard byName.updateValue(customer, forKey: customer.name) == nil else {
                throw ZentrunkError(.invalid, "two customers have the name \(customer.name)")
            }
            guard let account = customer.settings[PlivoAccount.authID.variable] else { continue }
            if let other = accounts.updateValue(customer.name, forKey: account) {
                throw ZentrunkError(.invalid, "\(other) and \(customer.name) have the same Plivo account")
            }
        }
        self.byName = byName
    }

    /// Reads the customers' file, which only its owner may read, since it holds keys.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`, which names the place in the file and never a value.
    init(readingFrom path: String) throws {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue,
            let bytes = FileManager.default.contents(atPath: path)
        else { throw ZentrunkError(.invalid, "\(path) cannot be read") }
        guard mode & 0o077 == 0 else {
            throw ZentrunkError(
                .invalid, "\(path) holds keys, and others may read it",
                remedies: [.command(["chmod", "600", path])])
        }
        do {
            let list = try JSONCursor(JSONValue(parsing: Array(bytes))).member("customers").elements()
            try self.init(list.map(Customer.init))
        } catch let error as ZentrunkError { throw error } catch {
            throw ZentrunkError(.invalid, "\(path): \(error)")
        }
    }

    /// Returns the customer of that name; nil also if the token is not the customer's.
    func customer(_ name: String, presenting token: String) -> Customer? {
        guard let customer = byName[name], isSame(token, customer.token.reveal()) else { return nil }
        return customer
    }

    /// Returns the customer of a run that was accepted earlier.
    func customer(_ name: String) -> Customer? { byName[name] }

    /// Compares in a time that does not depend on the position of the first difference.
    private func isSame(_ given: String, _ expected: String) -> Bool {
        let expected = Array(expected.utf8)
        var difference = given.utf8.count ^ expected.count
        for (index, byte) in given.utf8.enumerated() { difference |= Int(byte ^ expected[index % expected.count]) }
        return difference == 0
    }
}

extension Customer {
    fileprivate init(_ json: JSONCursor) throws {
        name = try json.member("name").string()
        guard !name.isEmpty, name.allSatisfy({ "abcdefghijklmnopqrstuvwxyz0123456789-".contains($0) }) else {
            throw try json.member("name").mismatch("a name of a-z, 0-9 and hyphen")
        }
        token = Secret(try json.member("token").string())
        guard token.reveal().utf8.count >= 20 else {
            throw try json.member("token").mismatch("a token of 20 characters or more")
        }
        let settings = try json.member("settings")
        self.settings = try settings.members().names.reduce(into: [:]) {
            $0[$1] = Secret(try settings.member($1).string())
        }
    }
}
