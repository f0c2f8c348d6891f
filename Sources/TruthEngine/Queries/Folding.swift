/// Text as filters and sorting see it: lower case, without accents, width variants as plain letters.
///
/// Letters of scripts without case, such as CJK, stay as they are. Only what can be decided scalar
/// by scalar is folded, so that a part of a text folds to a part of the folded text.
enum Folding {
  /// Stands between the columns of one row; no folded text holds it.
  static let separator: UInt8 = 0

  /// The folded text as UTF-8.
  static func folded(_ text: some StringProtocol) -> [UInt8] {
    var bytes: [UInt8] = []
    append(text, to: &bytes)
    return bytes
  }

  /// Appends the folded text as UTF-8.
  static func append(_ text: some StringProtocol, to bytes: inout [UInt8]) {
    for byte in text.utf8 {
      guard byte < 0x80, byte != separator else {
        return appendScalars(text, to: &bytes)
      }
    }
    for byte in text.utf8 {
      bytes.append(byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte)
    }
  }

  private static func appendScalars(_ text: some StringProtocol, to bytes: inout [UInt8]) {
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0: bytes.append(UInt8(ascii: " "))
      case 0x41...0x5A: bytes.append(UInt8(truncatingIfNeeded: scalar.value) | 0x20)
      case 1..<0x80: bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      case 0x300...0x36F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F:
        continue
      case 0x3000: bytes.append(UInt8(ascii: " "))
      case 0xFF01...0xFF5E:
        let plain = UInt8(truncatingIfNeeded: scalar.value - 0xFF01 + 0x21)
        bytes.append((0x41...0x5A).contains(plain) ? plain | 0x20 : plain)
      case 0x2E80..<0xAC00, 0xAC00..<0xD7B0, 0x1F000..<0x40000:
        bytes.append(contentsOf: UTF8.encode(scalar)?.map { $0 } ?? [])
      default:
        for lower in scalar.properties.lowercaseMapping.unicodeScalars {
          if (0x300...0x36F).contains(lower.value) { continue }
          if let letters = plainLetters[lower] {
            bytes.append(contentsOf: letters)
          } else {
            bytes.append(contentsOf: UTF8.encode(lower)?.map { $0 } ?? [])
          }
        }
      }
    }
  }

  /// Lower-case letter with an accent → the letters it is written with where accents are not at hand.
  private static let plainLetters: [Unicode.Scalar: [UInt8]] = {
    var letters: [Unicode.Scalar: [UInt8]] = [:]
    for (plain, accented) in accents {
      for scalar in accented.unicodeScalars { letters[scalar] = Array(plain.utf8) }
    }
    return letters
  }()

  private static let accents: KeyValuePairs<String, String> = [
    "a": "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ",
    "ae": "æǣǽ",
    "aʾ": "ẚ",
    "b": "ḃḅḇ",
    "c": "çćĉċčḉ",
    "d": "ðďđḋḍḏḑḓ",
    "dz": "ǆǳ",
    "e": "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ",
    "f": "ḟ",
    "g": "ĝğġģǧǵḡ",
    "h": "ĥħȟḣḥḧḩḫẖ",
    "i": "ìíîïĩīĭįİıǐȉȋḭḯỉị",
    "ij": "ĳ",
    "j": "ĵǰ",
    "k": "ķĸǩḱḳḵ",
    "l": "ĺļľŀłḷḹḻḽ",
    "lj": "ǉ",
    "m": "ḿṁṃ",
    "n": "ñńņňŉŋǹṅṇṉṋ",
    "nj": "ǌ",
    "o": "òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ",
    "oe": "œ",
    "p": "ṕṗ",
    "r": "ŕŗřȑȓṙṛṝṟ",
    "s": "śŝşšſșṡṣṥṧṩẛ",
    "ss": "ß",
    "t": "ţťŧțṫṭṯṱẗ",
    "th": "þ",
    "u": "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
    "v": "ṽṿ",
    "w": "ŵẁẃẅẇẉẘ",
    "x": "ẋẍ",
    "y": "ýÿŷȳẏẙỳỵỷỹ",
    "z": "źżžẑẓẕ",
    "ʒ": "ǯ",
    "α": "άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ",
    "β": "ϐ",
    "ε": "έϵἐἑἒἓἔἕὲέ",
    "η": "ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ",
    "θ": "ϑ",
    "ι": "ΐίϊἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗ",
    "κ": "ϰ",
    "ο": "όὀὁὂὃὄὅὸό",
    "π": "ϖ",
    "ρ": "ϱῤῥ",
    "σ": "ςϲ",
    "υ": "ΰϋύϒϓϔὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ",
    "φ": "ϕ",
    "ω": "ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ",
    "а": "ӑӓ",
    "г": "ѓ",
    "е": "ѐёӗ",
    "ж": "ӂӝ",
    "з": "ӟ",
    "и": "йѝӣӥ",
    "к": "ќ",
    "о": "ӧ",
    "у": "ўӯӱӳ",
    "ч": "ӵ",
    "ы": "ӹ",
    "э": "ӭ",
    "і": "ї",
    "ѵ": "ѷ",
    "ә": "ӛ",
    "ө": "ӫ",
  ]
}
