import Foundation
import HTTPTypes
import Hummingbird
import Logging
import ZentrunkCore
import ZentrunkJSON

/// The HTTP interface. README.md lists the paths.
struct Routes: Sendable {
    typealias Context = BasicRequestContext

    /// The longest body of a request in bytes.
    static let longestBody = 64 << 10

    let onboarding: Onboarding
    let runs: Runs
    let metrics: PrometheusMetrics

    func router() -> Router<Context> {
        let router = Router(context: Context.self)
        router.add(middleware: MetricsMiddleware())
        router.add(middleware: ProblemMiddleware())
        router.get("health") { _, _ in
            let health = runs.health
            return Response.json(.object(health.json), health.isReady ? .ok : .serviceUnavailable)
        }
        router.get("health/live") { _, _ in Response.json(["live": true]) }
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: metrics.text)))
        }
        addCustomers(router.group("customers/:customer"))
        return router
    }

    private func addCustomers(_ customers: RouterGroup<Context>) {
        customers.get("connections") { request, context in
            Response.json(try await onboarding.connections(of: customer(request, context)))
        }
        customers.post("connections/plan") { request, context in
            let customer = try customer(request, context)
            return Response.json(.object(try await onboarding.plan(order(in: request), for: customer).json))
        }
        customers.post("connections") { request, context in
            let customer = try customer(request, context)
            return accepted(try await runs.start(order(in: request), for: customer))
        }
        customers.delete("connections/:platform/:name") { request, context in
            let customer = try customer(request, context)
            let order = try disconnection(request, context)
            if request.uri.queryParameters["dry-run"] != nil {
                return Response.json(.object(try await onboarding.plan(order, for: customer).json))
            }
            return accepted(try await runs.start(order, for: customer))
        }
        customers.get("runs/:run") { request, context in
            let customer = try customer(request, context)
            return Response.json(.object(try runs.state(of: context.parameters.require("run"), customer)))
        }
        customers.get("runs/:run/events") { request, context in events(of: try run(request, context)) }
    }

    // MARK: Requests

    /// Returns the customer that the path names, if the request has the customer's token. A customer that does not
    /// exist looks like a wrong token.
    private func customer(_ request: Request, _ context: Context) throws -> Customer {
        let words = request.headers[.authorization]?.split(separator: " ", maxSplits: 1) ?? []
        guard words.count == 2, words[0].lowercased() == "bearer",
            let customer = onboarding.customers.customer(
                try context.parameters.require("customer"), presenting: String(words[1]))
        else { throw Problem(.unauthorized, code: "token", "the token is not this customer's") }
        return customer
    }

    private func run(_ request: Request, _ context: Context) throws -> Run {
        try runs.run(try context.parameters.require("run"), of: customer(request, context))
    }

    private func order(in request: Request) async throws -> Order {
        let bytes = try await request.body.collect(upTo: Self.longestBody)
        var json = try JSONCursor(JSONValue(parsing: Array(buffer: bytes))).members()
        json["operation"] = "connect"
        return try Order(json)
    }

    /// Reads a disconnection, to which its digest is the consent.
    private func disconnection(_ request: Request, _ context: Context) throws -> Order {
        var json: JSONObject = [
            "operation": "disconnect", "platform": .string(try context.parameters.require("platform")),
            "name": .string(try context.parameters.require("name")), "consent": true,
        ]
        for (name, value) in request.uri.queryParameters where name != "dry-run" {
            guard json[String(name)] == nil else { throw ZentrunkError(.invalid, "\(name) is given twice") }
            let values = value.split(separator: ",").map { JSONValue.string(String($0)) }
            json[String(name)] = name == "numbers" ? .array(values) : .string(String(value))
        }
        return try Order(json)
    }

    // MARK: Answers

    private func accepted(_ run: Run) -> Response {
        .json(
            ["run": .string(run.id), "state": "running"], .accepted,
            headers: [.location: "/customers/\(run.customer)/runs/\(run.id)"])
    }

    /// The progress as server-sent events, from the first event on; the last one is the report.
    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html>
    private func events(of run: Run) -> Response {
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                for await event in run.events { try await writer.write(Self.message("progress", Self.json(event))) }
                // The end of the events is the end of the run, or of this process's patience.
                try Task.checkCancellation()
                try await writer.write(Self.message("report", await run.report.value))
                try await writer.finish(nil)
            })
    }

    private static func message(_ name: String, _ data: JSONObject) -> ByteBuffer {
        ByteBuffer(string: "event: \(name)\ndata: \(JSONValue.object(data).text())\n\n")
    }

    private static func json(_ event: RunEvent) -> JSONObject {
        let common: JSONObject = [
            "time": .string(event.time.formatted(.iso8601)), "run": event.run.map { .string($0) } ?? .null,
        ]
        return common.merging(event.json.object ?? [:])
    }
}
