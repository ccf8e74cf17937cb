// An echo server: nothing in its handler waits.
#include "recorder/load/load.h"

int main(int argc, char** argv) {
    return load::run(argc, argv, "echo", [](load::Message&) {});
}
