#include "recorder/common/stub.h"

#include <algorithm>
#include <cstring>

namespace recorder {
namespace {

constexpr std::array<uint8_t, 3> kMove{0x4C, 0x8B, 0xD1};
constexpr std::array<uint8_t, 13> kTest{0xF6, 0x04, 0x25, 0x08, 0x03, 0xFE, 0x7F, 0x01, 0x75, 0x03, 0x0F, 0x05, 0xC3};
constexpr std::array<uint8_t, 3> kWindowsEnd{0xCD, 0x2E, 0xC3};
constexpr std::array<uint8_t, 11> kWineEnd{0xEB, 0x01, 0xC3, 0xFF, 0x14, 0x25, 0x00, 0x10, 0xFE, 0x7F, 0xC3};

template <size_t N>
bool has(std::span<const uint8_t, kStubBytes> stub, size_t at, const std::array<uint8_t, N>& bytes) {
    return std::equal(bytes.begin(), bytes.end(), stub.begin() + static_cast<std::ptrdiff_t>(at));
}

// jmp [rip+0] and the address.
void put_jump(uint8_t* at, uint64_t to) {
    constexpr std::array<uint8_t, 6> kJump{0xFF, 0x25, 0, 0, 0, 0};
    std::memcpy(at, kJump.data(), kJump.size());
    std::memcpy(at + kJump.size(), &to, sizeof to);
}

}  // namespace

StubLayout stub_layout(std::span<const uint8_t, kStubBytes> stub) {
    if (!has(stub, 0, kMove) || stub[3] != 0xB8 || !has(stub, 8, kTest)) return StubLayout::unknown;
    if (stub[6] != 0 || stub[7] != 0) return StubLayout::unknown;     // no system has so many calls
    if (has(stub, 21, kWindowsEnd)) return StubLayout::windows;
    if (has(stub, 21, kWineEnd)) return StubLayout::wine;
    return StubLayout::unknown;
}

std::string stub_refusal(std::span<const uint8_t, kStubBytes> stub) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string bytes;
    for (size_t i = 0; i < 24; ++i) {
        bytes += kDigits[stub[i] >> 4];
        bytes += kDigits[stub[i] & 15];
    }
    const bool jumps = stub[0] == 0xE9 || stub[0] == 0xEB || (stub[0] == 0xFF && stub[1] == 0x25);
    return (jumps ? "another program has changed it (it begins with a jump): " : "it is no stub that is known: ") + bytes;
}

std::array<uint8_t, kStubPatchBytes> stub_patch(uint64_t handler) {
    std::array<uint8_t, kStubPatchBytes> bytes{};
    put_jump(bytes.data(), handler);
    bytes[14] = bytes[15] = 0x90;
    return bytes;
}

std::array<uint8_t, kTrampolineBytes> stub_trampoline(std::span<const uint8_t, kStubBytes> stub, uint64_t stub_address) {
    std::array<uint8_t, kTrampolineBytes> bytes{};
    std::copy_n(stub.begin(), kStubPatchBytes, bytes.begin());
    put_jump(bytes.data() + kStubPatchBytes, stub_address + kStubPatchBytes);
    return bytes;
}

}  // namespace recorder
