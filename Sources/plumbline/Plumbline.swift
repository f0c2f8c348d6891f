import ArgumentParser
import GRDB
import Hummingbird
import JWTKit
import Yams

@main struct Plumbline: AsyncParsableCommand { func run() async throws {} }
