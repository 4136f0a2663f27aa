/// NORM (RFC 5740) as the Naval Research Laboratory's libnorm has it: multicast whose losses are asked for again.

#ifndef CONTESTANT_NORM_H
#define CONTESTANT_NORM_H

#include "contest.h"

#ifdef __cplusplus
extern "C" {
#endif

/// One end of a multicast group: one side sends each message as an object. Returns when the receiver has all of them,
/// or has waited for the rest in vain.
void contestant_norm_multicast(const contest_task *task);

/// The version of libnorm that is used, such as `1.5.8`.
const char *contestant_norm_version(void);

#ifdef __cplusplus
}
#endif

#endif
