#pragma once

#include <string>
#include <string_view>

#include "resolver/result.h"
#include "resolver/wire/tsig.h"

namespace liqo::registrar {

/// One key is some hundred octets.
inline constexpr std::size_t kMaxKeyFileOctets = 64 * 1024;
/// What a key file's mode may have at most: others have no business with it.
inline constexpr unsigned kKeyFileMode = 0640;

/// Reads what tsig-keygen writes: one statement `key "name" { algorithm hmac-sha256; secret
/// "base64"; };`, with BIND's comments. kMalformed, with the line: "line 2: expected ...".
Result<wire::TsigKey> parse_key_file(std::string_view text);

/// Reads the file. One line that does not name it: kNotFound, kRefused where its mode has more than
/// kKeyFileMode, kIo, kMalformed.
Result<wire::TsigKey> load_key_file(const std::string& path);

}  // namespace liqo::registrar
