/* libsekisho: judges mail as clean, bulk or targeted, and says why. This header includes all the others. */
#ifndef SEKISHO_H
#define SEKISHO_H

#include "sekisho/classifier.h"
#include "sekisho/error.h"
#include "sekisho/limits.h"
#include "sekisho/pool.h"
#include "sekisho/verdict.h"

#endif
