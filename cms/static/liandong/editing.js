// Splitting: only line ends may be typed; everything else is kept as it was. The server checks the same.
document.querySelectorAll('[data-only-breaks]').forEach((field) => {
  field.addEventListener('beforeinput', (event) => {
    if (event.isComposing) return;
    const { selectionStart: from, selectionEnd: to } = field;
    const adds = event.inputType === 'insertLineBreak' || event.inputType === 'insertParagraph';
    const takes = { deleteContentBackward: [from - 1, from], deleteContentForward: [from, from + 1] }[event.inputType];
    const isBreak = takes && from === to && field.value.slice(...takes) === '\n';
    const undoes = event.inputType.startsWith('history');
    if (!(adds && from === to) && !isBreak && !undoes) event.preventDefault();
  });
});
