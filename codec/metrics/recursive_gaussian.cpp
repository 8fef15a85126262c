// Recursive Gaussian: D. Charalampidis, "Recursive Implementation of the Gaussian Filter Using Truncated Cosine
// Functions", IEEE TSP 2016. h(n) = sum over k = 1, 3, 5 of beta_k cos(pi k n / (2 N)), which is zero at +-N where it
// is cut. Numbers in brackets are the paper's equations.
#include <cassert>
#include <cmath>
#include <numbers>

#include "metrics/ssimulacra2_steps.h"

namespace laq::ssimulacra2 {

RecursiveGaussian recursive_gaussian(double sigma) {
  const double radius = std::round(3.2795 * sigma + 0.2546);  // (57), N
  assert(radius == RecursiveGaussian::kReach + 1);
  std::array<double, 3> omega{}, p{}, r{}, rho{};
  for (int i = 0; i < 3; ++i) {
    const double sign = i == 1 ? -1 : 1;
    omega[i] = std::numbers::pi * (2 * i + 1) / (2 * radius);
    p[i] = sign / std::tan(0.5 * omega[i]);                                  // (37)
    r[i] = sign * p[i] * p[i] / std::sin(omega[i]);                          // (44)
    rho[i] = std::exp(-0.5 * sigma * sigma * omega[i] * omega[i]) / radius;  // (50)
  }
  // beta has unit sum (p . beta = 1) and the variance of the Gaussian (r . beta = N^2 - sigma^2), as near to rho as
  // that allows: what differs from rho is orthogonal to n = p x r, the common direction of both constraints (52, 53,
  // 55).
  const std::array<double, 3> n = {p[1] * r[2] - p[2] * r[1], p[2] * r[0] - p[0] * r[2], p[0] * r[1] - p[1] * r[0]};
  const double n_dot_rho = n[0] * rho[0] + n[1] * rho[1] + n[2] * rho[2];
  const double n_dot_n = n[0] * n[0] + n[1] * n[1] + n[2] * n[2];
  // beta = (1 * (r x n) + (N^2 - sigma^2) * (n x p) + (n . rho) * n) / (n . n)
  const double variance = radius * radius - sigma * sigma;
  std::array<double, 3> beta{};
  for (int i = 0; i < 3; ++i) {
    const int j = (i + 1) % 3, k = (i + 2) % 3;
    beta[i] = (r[j] * n[k] - r[k] * n[j] + variance * (n[j] * p[k] - n[k] * p[j]) + n_dot_rho * n[i]) / n_dot_n;
  }
  RecursiveGaussian gaussian{};
  for (int i = 0; i < 3; ++i) {
    const double gain = -beta[i] * std::cos(omega[i] * (radius + 1));  // (33)
    const double turn = -2 * std::cos(omega[i]);
    gaussian.gain[i] = static_cast<float>(gain);
    gaussian.turn[i] = static_cast<float>(turn);
    // u(m): response of y(n) = x(n) - turn y(n - 1) - y(n - 2) to an impulse, m samples later.
    std::array<double, 5> u = {1, -turn};
    for (int m = 2; m < 5; ++m) u[m] = -turn * u[m - 1] - u[m - 2];
    for (int m = 0; m < 4; ++m) {
      gaussian.from_input[i][m] = static_cast<float>(gain * u[m]);
      gaussian.from_last[i][m] = static_cast<float>(u[m + 1]);
      gaussian.from_last_but_one[i][m] = static_cast<float>(-u[m]);
    }
  }
  return gaussian;
}

}  // namespace laq::ssimulacra2
