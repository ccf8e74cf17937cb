#include "recorder/windows/agent/caller.h"

#include <windows.h>

#include <atomic>
#include <cstring>

namespace recorder::agent {
namespace {

struct Function { uint32_t begin, end, unwind; };      // RUNTIME_FUNCTION
struct UnwindHead { uint8_t version_flags, prolog, count, frame; };
struct UnwindCode { uint8_t offset, operation; };
static_assert(sizeof(Function) == 12 && sizeof(UnwindHead) == 4 && sizeof(UnwindCode) == 2);

struct Library { uint64_t base; const Function* functions; uint64_t function_count; };
// bytes is written last and first of all taken back; 0: free, or not filled yet.
struct Slot { std::atomic<uint64_t> bytes; Library library; };

constexpr const char* kSystem[] = {"ntdll.dll", "kernelbase.dll", "kernel32.dll", "ws2_32.dll", "mswsock.dll"};
constexpr uint32_t kLibraries = 16;
Slot g_libraries[kLibraries];

bool is_system(const char* name) {
    for (const char* one : kSystem) {
        size_t i = 0;
        while (one[i] != 0 && (name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]) == one[i]) ++i;
        if (one[i] == 0 && name[i] == 0) return true;
    }
    return false;
}

// A copy: the slot may become another library's meanwhile.
bool library_of(uint64_t address, Library& found) {
    for (const Slot& slot : g_libraries) {
        const uint64_t bytes = slot.bytes.load(std::memory_order_acquire);
        if (bytes == 0) continue;
        found = slot.library;
        std::atomic_thread_fence(std::memory_order_acquire);
        if (address - found.base < bytes && slot.bytes.load(std::memory_order_relaxed) == bytes) return true;
    }
    return false;
}

const Function* function_of(const Library& library, uint64_t address) {
    const auto at = static_cast<uint32_t>(address - library.base);
    uint64_t from = 0, to = library.function_count;
    while (from < to) {
        const uint64_t middle = (from + to) / 2;
        const Function& function = library.functions[middle];
        if (at < function.begin) to = middle;
        else if (at >= function.end) from = middle + 1;
        else return &function;
    }
    return nullptr;
}

// Bytes that the function has put on the stack below its return address. -1: they depend on what only it knows.
int64_t frame_bytes(const Library& library, const Function* function) {
    constexpr uint8_t kPush = 0, kAllocLarge = 1, kAllocSmall = 2, kSave = 4, kSaveFar = 5, kEpilog = 6, kSaveXmm = 8, kSaveXmmFar = 9;
    constexpr int kChainMax = 4;
    int64_t bytes = 0;
    for (int chain = 0; chain < kChainMax; ++chain) {
        const auto* head = reinterpret_cast<const UnwindHead*>(library.base + function->unwind);
        const auto* codes = reinterpret_cast<const UnwindCode*>(head + 1);
        for (uint32_t i = 0; i < head->count; ++i) {
            const uint8_t operation = codes[i].operation & 15, info = codes[i].operation >> 4;
            switch (operation) {
                case kPush: bytes += 8; break;
                case kAllocSmall: bytes += info * 8 + 8; break;
                case kAllocLarge: {
                    uint32_t size = 0;
                    std::memcpy(&size, &codes[i + 1], info == 0 ? 2 : 4);
                    bytes += info == 0 ? size * 8 : size;
                    i += info == 0 ? 1 : 2;
                    break;
                }
                case kSave: case kSaveXmm: case kEpilog: i += 1; break;
                case kSaveFar: case kSaveXmmFar: i += 2; break;
                default: return -1;                    // a frame pointer, a machine frame
            }
        }
        if ((head->version_flags >> 3 & 4) == 0) return bytes;
        function = reinterpret_cast<const Function*>(codes + (head->count + 1) / 2 * 2);
    }
    return -1;
}

// A program may have switched to a stack of its own, which nobody knows the end of.
bool on_stack(uint64_t address) {
    const auto* block = reinterpret_cast<const NT_TIB*>(NtCurrentTeb());
    return address >= reinterpret_cast<uint64_t>(block->StackLimit) && address + 8 <= reinterpret_cast<uint64_t>(block->StackBase);
}

}  // namespace

void caller_add_module(const char* name, uint64_t base, uint64_t bytes) {
    if (!is_system(name)) return;
    Library known;
    if (library_of(base, known)) return;
    constexpr uint64_t kFilling = 1;                   // no address that returns is so near a library's beginning
    Slot* slot = nullptr;
    for (Slot& one : g_libraries) {
        uint64_t free = 0;
        if (!one.bytes.compare_exchange_strong(free, kFilling)) continue;
        slot = &one;
        break;
    }
    if (slot == nullptr) return;
    const auto* dos = reinterpret_cast<const IMAGE_DOS_HEADER*>(base);
    const auto* nt = reinterpret_cast<const IMAGE_NT_HEADERS64*>(base + static_cast<uint64_t>(dos->e_lfanew));
    const IMAGE_DATA_DIRECTORY& table = nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXCEPTION];
    slot->library = {base, reinterpret_cast<const Function*>(base + table.VirtualAddress), table.Size / sizeof(Function)};
    slot->bytes.store(bytes, std::memory_order_release);
}

void caller_remove_module(uint64_t base) {
    for (Slot& slot : g_libraries)
        if (slot.library.base == base) slot.bytes.store(0, std::memory_order_release);
}

uint64_t caller_outside(const void* returns_to, const void* above) {
    uint64_t return_address = reinterpret_cast<uint64_t>(returns_to), stack = reinterpret_cast<uint64_t>(above);
    constexpr int kFramesMax = 8;
    for (int frame = 0; frame < kFramesMax; ++frame) {
        Library library;
        if (!library_of(return_address, library)) return return_address;
        const Function* function = function_of(library, return_address);
        const int64_t bytes = function == nullptr ? 0 : frame_bytes(library, function);   // without an entry: a leaf
        if (bytes < 0 || !on_stack(stack + static_cast<uint64_t>(bytes))) return return_address;
        stack += static_cast<uint64_t>(bytes);
        std::memcpy(&return_address, reinterpret_cast<const void*>(stack), sizeof return_address);
        stack += 8;
    }
    return return_address;
}

}  // namespace recorder::agent
