// SPDX-License-Identifier: Apache-2.0
// The formats, one file each; report.cpp lists them.
#pragma once

#include "reports/report.h"

namespace keyward {

void render_console(const Run& run, const RenderOptions& options, Sink& out);
void render_json(const Run& run, const RenderOptions& options, Sink& out);
void render_junit(const Run& run, const RenderOptions& options, Sink& out);

}  // namespace keyward
