// The first bytes of a system call's stub, as ntdll has them: whether they are ones that can be replaced safely. No disassembler: what is not
// known byte by byte is refused.
//
// Both layouts begin with the same 16 bytes, none of which depends on where it stands, so that they can run elsewhere:
//     4c 8b d1                 mov r10, rcx
//     b8 nn nn nn nn           mov eax, number
//     f6 04 25 08 03 fe 7f 01  test byte [7ffe0308h], 1
//     75 03                    jne +3                     <- a moved copy jumps here
//     0f 05                    syscall
//     c3                       ret
// then Windows (10 and 11, x64):  cd 2e  int 2eh;  c3  ret
//      Wine 8:                    eb 01 c3  jmp +1, ret;  ff 14 25 00 10 fe 7f  call [7ffe1000h];  c3  ret
// A thread that waits in the call will return to byte 20 (Windows: 14h, or 17h from int 2eh; Wine: 1fh), outside of the 16 bytes.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace recorder {

enum class StubLayout : uint8_t { unknown, windows, wine };

inline constexpr uint32_t kStubBytes = 32;        ///< looked at
inline constexpr uint32_t kStubPatchBytes = 16;   ///< replaced

StubLayout stub_layout(std::span<const uint8_t, kStubBytes> stub);

/// Why a stub is refused: its bytes, and what they look like.
std::string stub_refusal(std::span<const uint8_t, kStubBytes> stub);

/// jmp to `handler`, padded with nops.
std::array<uint8_t, kStubPatchBytes> stub_patch(uint64_t handler);

inline constexpr uint32_t kTrampolineBytes = 32;
/// What was replaced, then a jump to what follows it.
std::array<uint8_t, kTrampolineBytes> stub_trampoline(std::span<const uint8_t, kStubBytes> stub, uint64_t stub_address);

}  // namespace recorder
