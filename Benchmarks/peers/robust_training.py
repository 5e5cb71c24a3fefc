"""How the networks are trained on which the strength of attacks is measured."""

import torch
from torch.nn import functional

# epochs, radius, the epochs over which it grows from 0, steps of the attack (0: none), largest learning rate
RECIPES = {
    "strength-cnn": (6, 0, 0, 0, 2e-3),
    "strength-cnn-robust": (30, 0.3, 12, 3, 2e-3),
    "strength-mlp": (10, 0, 0, 0, 2e-3),
    "strength-resnet": (24, 8 / 255, 4, 3, 1e-2),
}
BATCH = 64


def ascend(model, inputs, labels, radius, steps):
    """Projected gradient descent for the maximum norm from a random point of the ball."""
    lower, upper = (inputs - radius).clamp(0, 1), (inputs + radius).clamp(0, 1)
    points = inputs + radius * (2 * torch.rand_like(inputs) - 1)
    for _ in range(steps):
        points = points.clamp(lower, upper).requires_grad_(True)
        loss = functional.cross_entropy(model(points), labels, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, points)
        points = points.detach() + 2 * radius / steps * gradient.sign()
    return points.clamp(lower, upper)


def fit(name, model, inputs, labels):
    """Adam along one cycle of learning rates, on the samples as they are or attacked anew for each step.

    The cycle is that of Smith and Topin (arXiv 1708.07120). Coloured pictures are mirrored half of the time.
    """
    epochs, radius, growth, steps, rate = RECIPES[name]
    per_epoch = -(-len(inputs) // BATCH)
    optimizer = torch.optim.Adam(model.parameters(), rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * per_epoch)
    for epoch in range(epochs):
        for number, rows in enumerate(torch.randperm(len(inputs)).split(BATCH)):
            batch, truth = inputs[rows], labels[rows]
            if batch.shape[1] == 3:
                batch = torch.where(torch.rand(len(batch), 1, 1, 1) < 0.5, batch.flip(3), batch)
            if steps:
                share = min(1, (epoch + number / per_epoch) / growth)
                batch = ascend(model, batch, truth, share * radius, steps)
            optimizer.zero_grad()
            functional.cross_entropy(model(batch), truth).backward()
            optimizer.step()
            schedule.step()
