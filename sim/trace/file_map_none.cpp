// Windows: traces are written at the end of a recording, from its ring file, which is what survives a kill there.
#include "sim/trace/file_map.h"

namespace sim {

FileMap file_map(std::FILE*, uint64_t, size_t) { return {}; }
bool file_unmap(std::FILE*, FileMap&, uint64_t) { return true; }
FileMap file_map_to_read(const std::string&, uint64_t) { return {}; }

void file_forget(const void*, size_t) {}

void file_drop_map(FileMap&) {}

}  // namespace sim
