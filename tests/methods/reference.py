"""A small network and its maps in plain loops of float64: no TensorFlow, no shared code."""

import numpy as np


def convolve(x, kernel, bias):
    """Valid convolution of `(H, W, C)`."""
    height, width, _, filters = kernel.shape
    out = np.zeros((x.shape[0] - height + 1, x.shape[1] - width + 1, filters))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for k in range(filters):
                out[i, j, k] = (x[i : i + height, j : j + width] * kernel[..., k]).sum() + bias[k]
    return out


def convolve_back(signal, kernel, shape):
    """Gradient of that convolution by its input."""
    out = np.zeros(shape)
    for i in range(signal.shape[0]):
        for j in range(signal.shape[1]):
            for k in range(signal.shape[2]):
                out[i : i + kernel.shape[0], j : j + kernel.shape[1]] += signal[i, j, k] * kernel[..., k]
    return out


class Network:
    """Convolution, ReLU, convolution, ReLU, dense."""

    def __init__(self, weights):
        self.k1, self.b1, self.k2, self.b2, self.w, self.b = (np.asarray(w, "float64") for w in weights)

    def forward(self, x):
        self.x, self.h1 = x, convolve(x, self.k1, self.b1)
        self.a1 = np.maximum(self.h1, 0)
        self.h2 = convolve(self.a1, self.k2, self.b2)
        self.a2 = np.maximum(self.h2, 0)
        return self.a2.ravel() @ self.w + self.b

    def backward(self, target, rule):
        signal = rule(self.h2, self.w[:, target].reshape(self.a2.shape))
        signal = rule(self.h1, convolve_back(signal, self.k2, self.a1.shape))
        return convolve_back(signal, self.k1, self.x.shape)

    def grad_cam(self, target):
        weights = self.w[:, target].reshape(self.a2.shape).mean((0, 1))
        return np.maximum((self.a2 * weights).sum(-1), 0)


def gradient(h, signal):
    return np.where(h > 0, signal, 0)


def deconvnet(h, signal):
    return np.where(signal > 0, signal, 0)


def guided(h, signal):
    return np.where((h > 0) & (signal > 0), signal, 0)


def occlusion(network, x, target, patch, stride, fill):
    """Mean, at each pixel, of the drops of the patches that cover it."""
    base = network.forward(x)[target]
    total, count = np.zeros(x.shape[:2]), np.zeros(x.shape[:2])
    rows = sorted({*range(0, x.shape[0] - patch[0] + 1, stride[0]), x.shape[0] - patch[0]})
    columns = sorted({*range(0, x.shape[1] - patch[1] + 1, stride[1]), x.shape[1] - patch[1]})
    for i in rows:
        for j in columns:
            hidden = x.copy()
            hidden[i : i + patch[0], j : j + patch[1]] = fill
            total[i : i + patch[0], j : j + patch[1]] += base - network.forward(hidden)[target]
            count[i : i + patch[0], j : j + patch[1]] += 1
    return total / count
