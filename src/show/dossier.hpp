// SPDX-License-Identifier: Apache-2.0
//
// A report in its forms: one page that stands alone, Markdown, and a layer for the ATT&CK
// Navigator.
//
//   TRY(output.write(dossier_page(dossier)));
//
// All text of the logs is made fit for its form here.
#pragma once

#include <string>

#include "triage/dossier.hpp"

namespace trailhound::show {

std::string dossier_page(const triage::Dossier& dossier);
std::string dossier_markdown(const triage::Dossier& dossier);
/// The techniques of its findings, by the ids of the version that the layer names.
std::string dossier_navigator(const triage::Dossier& dossier);

/// "AKIA... · 198.51.100.7", or "All findings".
std::string dossier_title(const triage::Dossier& dossier);

}  // namespace trailhound::show
