// A file of the source tree whose text was built into the program. See frontierd_embed_folder().
#pragma once

#include <string_view>

namespace frontierd {

struct EmbeddedFile {
  std::string_view name;  // relative to the folder, such as "vendors/nginx.toml"
  std::string_view text;
};

}  // namespace frontierd
