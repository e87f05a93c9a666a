import ZentrunkJSON

extension SandboxFault {
    /// A response from a server without the route, or from a proxy that does not reach the service.
    ///
    /// Causes are a wrong path in a URL, a gateway's rule or a partly deployed service. Whatever the status, such a
    /// response says nothing about the object in the request.
    public enum NoRoute: String, Sendable, Hashable, CaseIterable {
        /// 404 with `404 page not found`, like Go's HTTP server. <https://pkg.go.dev/net/http#NotFound>
        case text404 = "text-404"
        /// 404 with a proxy's HTML page.
        case html404 = "html-404"
        /// 502 with a proxy's HTML page.
        case html502 = "html-502"
        /// 404 with Twirp's `bad_route`. <https://twitchtv.github.io/twirp/docs/errors.html>
        case twirp404 = "twirp-404"
        /// 404 with Nest's `Cannot DELETE /path`. <https://docs.nestjs.com/exception-filters>
        case nest404 = "nest-404"
        /// 404 with FastAPI's `{"detail":"Not Found"}`. <https://www.starlette.io/exceptions/>
        case fastAPI404 = "fastapi-404"
        /// 404 without a body.
        case empty404 = "empty-404"
        /// 405 without a body.
        case empty405 = "empty-405"
        /// 410 without a body.
        case empty410 = "empty-410"
        /// 501 without a body.
        case empty501 = "empty-501"
    }
}

extension SandboxFault.NoRoute {
    func answer(to request: SandboxRequest) -> SandboxAnswer {
        let route = "\(request.method) \(request.path)"
        return switch self {
        case .text404: .text(404, "404 page not found")
        case .html404: .html(404)
        case .html502: .html(502)
        case .twirp404:
            .json(
                404,
                [
                    "code": "bad_route", "msg": .string("no handler for path \"\(request.path)\""),
                    "meta": ["twirp_invalid_route": .string(route)],
                ])
        case .nest404:
            .json(404, ["message": .string("Cannot \(route)"), "error": "Not Found", "statusCode": 404])
        case .fastAPI404: .json(404, ["detail": "Not Found"])
        case .empty404: SandboxAnswer(status: 404)
        case .empty405: SandboxAnswer(status: 405)
        case .empty410: SandboxAnswer(status: 410)
        case .empty501: SandboxAnswer(status: 501)
        }
    }
}

extension SandboxAnswer {
    /// Returns a line of plain text.
    public static func text(_ status: Int, _ line: String) -> SandboxAnswer {
        SandboxAnswer(
            status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array("\(line)\n".utf8))
    }

    /// Returns an HTML page that shows the status, like a gateway.
    static func html(_ status: Int) -> SandboxAnswer {
        let page =
            "<html><head><title>\(status)</title></head><body><h1>\(status) \(reason(status))</h1></body></html>\n"
        return SandboxAnswer(status: status, headers: ["Content-Type": "text/html"], body: Array(page.utf8))
    }
}
