#include "sim/scenario/samples.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/scenario/load.h"

namespace sim {
namespace {

constexpr uintmax_t kFileSizeMax = 64u << 20;

std::string_view without_comment(std::string_view line) {
    line = line.substr(0, line.find('#'));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.remove_suffix(1);
    return line;
}

}  // namespace

Result<std::string> read_text_file(const std::string& path) {
    Error error;
    error.file = path;
    std::error_code code;
    if (std::filesystem::is_directory(path, code)) {
        error.what = "is a folder, expected a file";
        return error;
    }
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        error.what = "can't be opened, expected a file that can be read";
        return error;
    }
    const uintmax_t size = std::filesystem::file_size(path, code);
    if (!code && size > kFileSizeMax) {
        error.what = "is " + std::to_string(size) + " bytes long, expected at most 64 MiB";
        return error;
    }
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

Result<std::vector<Duration>> read_samples_file(const std::string& scenario_path, const std::string& name) {
    const std::string path = (std::filesystem::path(scenario_path).parent_path() / name).string();
    const Result<std::string> text = read_text_file(path);
    Error error;
    if (!text) {
        error.what = "samples: " + path + " " + text.error().what;
        error.hint = "it is looked for beside the scenario";
        return error;
    }
    error.file = path;
    std::vector<Duration> values;
    std::string_view rest = *text;
    while (!rest.empty()) {
        ++error.line;
        const size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = without_comment(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const size_t begin = line.find_first_not_of(" \t");
        if (begin == std::string_view::npos) continue;
        const Result<Duration> value = parse_duration(line.substr(begin));
        if (!value) {
            error.column = static_cast<int>(begin) + 1;
            error.what = value.error().what;
            error.hint = value.error().hint;
            return error;
        }
        values.push_back(*value);
    }
    if (!values.empty()) return values;
    error.line = 1;
    error.column = 1;
    error.what = "no duration in the file, expected one a line, such as 1.5ms";
    return error;
}

std::string samples_list(const std::vector<Duration>& values) {
    std::string out = "[";
    for (const Duration value : values) out += (out.size() == 1 ? "\"" : ", \"") + duration_text(value) + '"';
    return out + ']';
}

bool put_samples(std::string& text, int line, int column, const std::string& name, const std::string& list) {
    size_t at = 0;
    for (int i = 1; i < line; ++i) {
        at = text.find('\n', at);
        if (at == std::string::npos) return false;
        ++at;
    }
    const auto goes_on = [&text](size_t i) { return (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80; };   // inside a character
    for (int i = 1; i < column && at < text.size(); ++i)
        do ++at;
        while (at < text.size() && goes_on(at));
    for (const char quote : {'"', '\''}) {
        const std::string written = quote + name + quote;
        if (text.compare(at, written.size(), written) != 0) continue;
        text.replace(at, written.size(), list);
        return true;
    }
    return false;
}

bool put_samples(std::string& set, const std::string& name, const std::string& list) {
    for (const char quote : {'"', '\''}) {
        const std::string written = quote + name + quote;
        const size_t at = set.find(written);
        if (at == std::string::npos) continue;
        set.replace(at, written.size(), list);
        return true;
    }
    return false;
}

}  // namespace sim
