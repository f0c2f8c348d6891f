import DealModel
import TruthEngine
import AdapterKit

extension Engine {
  func keepLinks() async {}
}
