#include "gui/draw/gif.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace gui {
namespace {

constexpr int kUnchanged = 255;           // the colour that lets the frame before be seen
constexpr uint32_t kOpaque = 0xFF000000;

void put16(std::string& out, int value) { out += static_cast<char>(value & 255), out += static_cast<char>(value >> 8 & 255); }

int channel(uint32_t color, int which) { return static_cast<int>(color >> (8 * which) & 255); }

int distance(uint32_t a, uint32_t b) {
    int sum = 0;
    for (const int which : {0, 1, 2}) {
        const int d = channel(a, which) - channel(b, which);
        sum += d * d;
    }
    return sum;
}

struct Part { int x0, y0, x1, y1; };

/// The colours of a part, and which of them each colour becomes.
struct Colors {
    std::vector<uint32_t> list;
    std::unordered_map<uint32_t, uint8_t> number;
};

Colors colors_of(const std::vector<uint32_t>& changed) {
    std::unordered_map<uint32_t, uint32_t> counts;
    for (const uint32_t color : changed) ++counts[color];
    std::vector<std::pair<uint32_t, uint32_t>> by_count(counts.begin(), counts.end());
    std::sort(by_count.begin(), by_count.end(), [](const auto& a, const auto& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; });
    Colors colors;
    for (const auto& [color, count] : by_count) {
        if (colors.list.size() < kUnchanged) {
            colors.number[color] = static_cast<uint8_t>(colors.list.size());
            colors.list.push_back(color);
            continue;
        }
        const auto nearest = std::min_element(colors.list.begin(), colors.list.end(), [color = color](uint32_t a, uint32_t b) { return distance(a, color) < distance(b, color); });
        colors.number[color] = static_cast<uint8_t>(nearest - colors.list.begin());
    }
    return colors;
}

/// Codes of growing width, packed into blocks of at most 255 bytes.
class Codes {
public:
    explicit Codes(std::string& out) : out_(out) {}
    void put(int code, int width) {
        bits_ |= static_cast<uint32_t>(code) << count_;
        for (count_ += width; count_ >= 8; count_ -= 8, bits_ >>= 8) byte(static_cast<char>(bits_ & 255));
    }
    void finish() {
        if (count_ > 0) byte(static_cast<char>(bits_ & 255));
        flush();
        out_ += '\0';
    }

private:
    std::string& out_;
    std::string block_;
    uint32_t bits_ = 0;
    int count_ = 0;
    void byte(char value) {
        block_ += value;
        if (block_.size() == 255) flush();
    }
    void flush() {
        if (block_.empty()) return;
        out_ += static_cast<char>(block_.size());
        out_ += block_;
        block_.clear();
    }
};

// LZW as GIF has it: 8 bits a pixel, codes of 9 to 12 bits, a fresh table when it is full.
void compress(std::string& out, const std::vector<uint8_t>& pixels) {
    constexpr int kClear = 256, kEnd = 257, kFirst = 258, kMost = 4096;
    out += '\x08';
    Codes codes(out);
    std::unordered_map<uint32_t, int> table;
    int next = kFirst, width = 9, prefix = pixels.front();
    codes.put(kClear, width);
    for (size_t i = 1; i < pixels.size(); ++i) {
        const uint32_t key = static_cast<uint32_t>(prefix) << 8 | pixels[i];
        if (const auto known = table.find(key); known != table.end()) {
            prefix = known->second;
            continue;
        }
        codes.put(prefix, width);
        prefix = pixels[i];
        if (next == kMost) {
            codes.put(kClear, width);
            table.clear();
            next = kFirst, width = 9;
            continue;
        }
        if (next == 1 << width) ++width;
        table[key] = next++;
    }
    codes.put(prefix, width);
    codes.put(kEnd, next == 1 << width && width < 12 ? width + 1 : width);   // who reads has made one more code
    codes.finish();
}

}  // namespace

GifWriter::GifWriter(int width, int height) : width_(width), height_(height), bytes_("GIF89a") {
    put16(bytes_, width), put16(bytes_, height);
    bytes_ += std::string("\x70\x00\x00", 3);              // each frame has its own colours
    bytes_ += std::string("\x21\xFF\x0BNETSCAPE2.0\x03\x01\x00\x00\x00", 19);
}

void GifWriter::add(const std::vector<uint32_t>& pixels, int hundredths) {
    Part part{width_, height_, 0, 0};
    const auto changed = [&](size_t at) { return before_.empty() || (pixels[at] | kOpaque) != before_[at]; };
    std::vector<uint32_t> seen;
    for (int y = 0; y < height_; ++y)
        for (int x = 0; x < width_; ++x) {
            const size_t at = static_cast<size_t>(y) * static_cast<size_t>(width_) + static_cast<size_t>(x);
            if (!changed(at)) continue;
            seen.push_back(pixels[at] | kOpaque);
            part = {std::min(part.x0, x), std::min(part.y0, y), std::max(part.x1, x + 1), std::max(part.y1, y + 1)};
        }
    if (seen.empty()) part = {0, 0, 1, 1};                 // a frame all the same: it takes its time
    const Colors colors = colors_of(seen);
    std::vector<uint8_t> numbers;
    for (int y = part.y0; y < part.y1; ++y)
        for (int x = part.x0; x < part.x1; ++x) {
            const size_t at = static_cast<size_t>(y) * static_cast<size_t>(width_) + static_cast<size_t>(x);
            numbers.push_back(changed(at) ? colors.number.at(pixels[at] | kOpaque) : static_cast<uint8_t>(kUnchanged));
        }
    bytes_ += std::string("\x21\xF9\x04\x05", 4);          // stays in place; one colour is transparent
    put16(bytes_, hundredths);
    bytes_ += static_cast<char>(kUnchanged), bytes_ += '\0', bytes_ += '\x2C';
    put16(bytes_, part.x0), put16(bytes_, part.y0), put16(bytes_, part.x1 - part.x0), put16(bytes_, part.y1 - part.y0);
    bytes_ += '\x87';
    for (size_t i = 0; i < 256; ++i)
        for (const int which : {0, 1, 2}) bytes_ += static_cast<char>(i < colors.list.size() ? channel(colors.list[i], which) : 0);
    compress(bytes_, numbers);
    before_ = pixels;
    for (uint32_t& color : before_) color |= kOpaque;
    ++frames_;
}

std::string GifWriter::finish() { return std::move(bytes_) + ';'; }

}  // namespace gui
