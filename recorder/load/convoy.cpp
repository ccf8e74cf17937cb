// A server whose handlers all want one lock, and sleep while they hold it: its threads stand in line behind each other.
#include <chrono>
#include <mutex>
#include <thread>

#include "recorder/load/load.h"

int main(int argc, char** argv) {
    std::mutex table;
    return load::run(argc, argv, "convoy", [&table](load::Message&) {
        const std::lock_guard lock(table);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
}
