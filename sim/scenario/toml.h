// A TOML text as a tree of plain values that know where they stand. Only toml.cpp sees the TOML library (slow to compile).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.h"

namespace sim {

/// Where a value stands: in the scenario file (line and column from 1), or in the --set with this number.
struct Position {
    int line = 0;
    int column = 0;
    int set = -1;
};

struct Member;

struct Value {
    enum class Kind : uint8_t { table, array, text, whole, real, boolean, date };
    Kind kind = Kind::table;
    Position at;
    std::string text;                 ///< text
    int64_t whole = 0;
    double real = 0;
    bool boolean = false;
    std::vector<Member> members;      ///< table, in the order of the file
    std::vector<Value> items;         ///< array

    const Value* find(std::string_view key) const;
    Value* find(std::string_view key);
};

struct Member {
    std::string key;
    Position at;
    Value value;
};

/// The top table of a TOML document. An error has `file` and the position.
Result<Value> toml_parse(std::string_view text, const std::string& file);

}  // namespace sim
