// The tracepoint of the comparison with LTTng-UST: what a record of ours holds but the time, which LTTng adds itself. Read several times by LTTng's own header, so it has
// no guard; what else LTTng wants to be told is in recorder/CMakeLists.txt.
#include <lttng/tracepoint.h>

#include <cstdint>

LTTNG_UST_TRACEPOINT_EVENT(portside, record,
    LTTNG_UST_TP_ARGS(uint64_t, argument, uint32_t, thread, uint32_t, packet, uint16_t, port, uint16_t, processor, uint16_t, flags, uint8_t, rule, uint8_t, kind),
    LTTNG_UST_TP_FIELDS(
        lttng_ust_field_integer(uint64_t, argument, argument)
        lttng_ust_field_integer(uint32_t, thread, thread)
        lttng_ust_field_integer(uint32_t, packet, packet)
        lttng_ust_field_integer(uint16_t, port, port)
        lttng_ust_field_integer(uint16_t, processor, processor)
        lttng_ust_field_integer(uint16_t, flags, flags)
        lttng_ust_field_integer(uint8_t, rule, rule)
        lttng_ust_field_integer(uint8_t, kind, kind)))

#include <lttng/tracepoint-event.h>
