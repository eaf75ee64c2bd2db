/**
 * Every error code with its sentences. One table makes the type, both languages and the remedies;
 * `{holes}` are filled from the error's values (`{subject}` is always the file or thing).
 */
interface ErrorText {
  en: string;
  ko: string;
  remedy: { en: string; ko: string };
}

const text = (en: string, ko: string, remedyEn: string, remedyKo: string): ErrorText => ({
  en,
  ko,
  remedy: { en: remedyEn, ko: remedyKo },
});

export const ERRORS = {
  'internal/fault': text(
    'Assay met a fault of its own: {reason}',
    'Assay 내부 오류: {reason}',
    'Your labels are saved. Run the step again; if it repeats, report it with the details.',
    '라벨은 저장되어 있습니다. 다시 실행해 보고, 반복되면 상세 내용과 함께 알려 주세요.',
  ),
  'internal/cancelled': text(
    'Cancelled.',
    '취소했습니다.',
    'What was finished is kept.',
    '끝난 부분은 그대로 남아 있습니다.',
  ),
  'usage/invalid': text(
    '{reason}',
    '{reason}',
    'See "assay help" for the commands and their options.',
    '"assay help"에서 명령과 옵션을 확인하세요.',
  ),
  'contract/invalid': text(
    'The request was not understood: {reason}',
    '요청을 이해하지 못했습니다: {reason}',
    'Correct the field named above.',
    '위에 적힌 항목을 고쳐 주세요.',
  ),
  'disk/full': text(
    'The disk is full: {reason}',
    '디스크가 가득 찼습니다: {reason}',
    'Free some space and run the same step again: it goes on where it stopped.',
    '공간을 확보한 뒤 다시 실행하면 멈춘 곳부터 이어집니다.',
  ),
  'project/not-found': text(
    'There is no Assay project at {subject}.',
    '{subject}에 Assay 프로젝트가 없습니다.',
    'Check the path, or create one with "assay import FOLDER --project {subject}".',
    '경로를 확인하거나 "assay import 폴더 --project {subject}"로 새로 만드세요.',
  ),
  'project/exists': text(
    '{subject} exists and is not an Assay project.',
    '{subject}이(가) 이미 있지만 Assay 프로젝트가 아닙니다.',
    'Choose another name.',
    '다른 이름을 고르세요.',
  ),
  'project/newer': text(
    '{subject} was made by a newer Assay (format {found}; this program knows {known}).',
    '{subject}은(는) 더 새로운 Assay가 만들었습니다(형식 {found}, 이 프로그램은 {known}까지).',
    'Update Assay, then open it again. Nothing was changed.',
    'Assay를 업데이트한 뒤 다시 여세요. 아무것도 바뀌지 않았습니다.',
  ),
  'project/in-use': text(
    '{subject} is open in another Assay ({door}, process {pid}).',
    '{subject}은(는) 다른 Assay에서 열려 있습니다({door}, 프로세스 {pid}).',
    'Close it there, or work in that window.',
    '그쪽을 닫거나 그 창에서 작업하세요.',
  ),
  'project/damaged': text(
    'The catalogue of {subject} cannot be read: {reason}',
    '{subject}의 카탈로그를 읽을 수 없습니다: {reason}',
    'Restore catalogue.db from the folder "backups" inside the project.',
    '프로젝트 안 "backups" 폴더에서 catalogue.db를 되살리세요.',
  ),
  'project/none-open': text(
    'No project is open.',
    '열린 프로젝트가 없습니다.',
    'Open or create one first.',
    '먼저 프로젝트를 열거나 만드세요.',
  ),
  'import/no-source': text(
    'The folder {subject} does not exist or cannot be read.',
    '{subject} 폴더가 없거나 읽을 수 없습니다.',
    'Check the path and that the drive is connected, then run the same import again.',
    '경로와 드라이브 연결을 확인한 뒤 다시 가져오세요.',
  ),
  'import/no-images': text(
    '{subject} holds no image that Assay can read.',
    '{subject}에 읽을 수 있는 이미지가 없습니다.',
    'Choose a folder with JPEG, PNG, WebP, TIFF, GIF or AVIF files.',
    'JPEG, PNG, WebP, TIFF, GIF, AVIF 파일이 있는 폴더를 고르세요.',
  ),
  'import/source-vanished': text(
    'The folder {subject} vanished while it was being read.',
    '읽는 도중 {subject} 폴더가 사라졌습니다.',
    'Connect it again and run the same import: it goes on where it stopped.',
    '다시 연결하고 같은 가져오기를 실행하면 이어서 진행합니다.',
  ),
  'import/csv-columns': text(
    '{subject} has no usable columns: {reason}',
    '{subject}에서 쓸 수 있는 열을 찾지 못했습니다: {reason}',
    'It needs one column with file names and one with labels; name them with --id-column and --label-column.',
    '파일 이름 열과 라벨 열이 하나씩 필요합니다. --id-column과 --label-column으로 지정하세요.',
  ),
  'import/csv-unreadable': text(
    '{subject} cannot be read as a table: {reason}',
    '{subject}을(를) 표로 읽을 수 없습니다: {reason}',
    'Save it as UTF-8 text with a header line.',
    '머리글이 있는 UTF-8 텍스트로 저장하세요.',
  ),
  'image/unreadable': text(
    '{subject} cannot be read as an image: {reason}',
    '{subject}을(를) 이미지로 읽을 수 없습니다: {reason}',
    'Repair or replace the file, then import the folder again.',
    '파일을 고치거나 바꾼 뒤 폴더를 다시 가져오세요.',
  ),
  'image/missing': text(
    '{subject} is no longer where it was.',
    '{subject}이(가) 원래 자리에 없습니다.',
    'Connect the drive or import the folder from its new place: labels follow the content.',
    '드라이브를 연결하거나 새 위치에서 폴더를 가져오세요. 라벨은 내용을 따라갑니다.',
  ),
  'query/invalid': text(
    'The filter was not understood at position {position}: {reason}',
    '{position}번째 글자에서 필터를 이해하지 못했습니다: {reason}',
    'Correct it there; "?" lists the fields.',
    '그 자리를 고치세요. "?"를 누르면 항목 목록이 나옵니다.',
  ),
  'view/closed': text(
    'This list is no longer open.',
    '이 목록은 더 이상 열려 있지 않습니다.',
    'Run the filter again.',
    '필터를 다시 실행하세요.',
  ),
  'label/class-unknown': text(
    'The project has no class "{subject}".',
    '프로젝트에 "{subject}" 클래스가 없습니다.',
    'Create it first, or choose one of: {known}.',
    '먼저 만들거나 다음 중에서 고르세요: {known}.',
  ),
  'label/class-invalid': text(
    'The class "{subject}" cannot be saved: {reason}',
    '"{subject}" 클래스를 저장할 수 없습니다: {reason}',
    'Choose another name or key.',
    '다른 이름이나 키를 고르세요.',
  ),
  'label/test-kept': text(
    'Nothing was changed: {n} of these images are in the test split, which is mended but never made smaller.',
    '바꾼 것이 없습니다. 이 가운데 {n}장은 테스트 분할에 있으며, 테스트 분할은 고칠 수는 있어도 줄일 수 없습니다.',
    'Correct their labels. To take them out of the test split on purpose, give them another split first.',
    '라벨을 고치세요. 일부러 테스트 분할에서 빼려면 먼저 다른 분할로 옮기세요.',
  ),
  'label/nothing-to-undo': text(
    'There is nothing to undo.',
    '되돌릴 것이 없습니다.',
    'Nothing was changed.',
    '바뀐 것이 없습니다.',
  ),
  'label/nothing-to-redo': text(
    'There is nothing to redo.',
    '다시 할 것이 없습니다.',
    'Nothing was changed.',
    '바뀐 것이 없습니다.',
  ),
  'model/not-onnx': text(
    '{subject} is not an ONNX model: {reason}',
    '{subject}은(는) ONNX 모델이 아닙니다: {reason}',
    'Export the network as ONNX (opset 7 or newer) and add that file.',
    '네트워크를 ONNX(opset 7 이상)로 내보낸 파일을 추가하세요.',
  ),
  'model/no-image-input': text(
    '{subject} has no image input: {reason}',
    '{subject}에 이미지 입력이 없습니다: {reason}',
    'Choose a vision network with one input of shape [batch, 3, height, width].',
    '입력이 [batch, 3, height, width]인 비전 네트워크를 고르세요.',
  ),
  'model/external-data': text(
    '{subject} needs data outside the file that is missing: {reason}',
    '{subject}에 필요한 외부 데이터가 없습니다: {reason}',
    'Put the data file beside the model, or export it as a single file.',
    '데이터 파일을 모델 옆에 두거나 단일 파일로 내보내세요.',
  ),
  'model/unknown': text(
    'There is no model or backbone "{subject}" in this project.',
    '이 프로젝트에 "{subject}" 모델이나 백본이 없습니다.',
    'Choose one of: {known}; or add a file with "assay models add".',
    '다음 중에서 고르거나({known}) "assay models add"로 추가하세요.',
  ),
  'model/preprocessing': text(
    'The preprocessing of {subject} is not known: {reason}',
    '{subject}의 전처리를 알 수 없습니다: {reason}',
    'Give it with --mean, --std and --size.',
    '--mean, --std, --size로 지정하세요.',
  ),
  'model/run-failed': text(
    'The network {subject} could not be run: {reason}',
    '{subject} 네트워크를 실행하지 못했습니다: {reason}',
    'Try another input size; a fixed-size network takes only its own.',
    '다른 입력 크기를 써 보세요. 크기가 고정된 네트워크는 그 크기만 받습니다.',
  ),
  'onnx/unsupported': text(
    'Assay cannot handle {operator} in {subject}: {reason}',
    'Assay가 {subject}의 {operator}을(를) 처리하지 못합니다: {reason}',
    'Choose another backbone, or export it with a newer opset.',
    '다른 백본을 고르거나 더 새로운 opset으로 내보내세요.',
  ),
  'onnx/no-gradient': text(
    'Assay cannot train through {operator} (node {subject}).',
    'Assay는 {operator}(노드 {subject})을(를) 거쳐 학습할 수 없습니다.',
    'Freeze up to that node or choose another backbone.',
    '그 노드까지 고정하거나 다른 백본을 고르세요.',
  ),
  'train/too-few-classes': text(
    'Training needs at least two classes with labelled images; there are {found}.',
    '학습에는 라벨이 있는 클래스가 둘 이상 필요합니다(현재 {found}개).',
    'Label some images of another class first.',
    '다른 클래스의 이미지를 먼저 라벨링하세요.',
  ),
  'train/too-few-images': text(
    'The class "{subject}" has {found} labelled images outside the test split; {needed} are needed.',
    '"{subject}" 클래스에 테스트를 뺀 라벨 이미지가 {found}장뿐입니다({needed}장 필요).',
    'Label more images of it, or merge it with another class.',
    '더 라벨링하거나 다른 클래스와 합치세요.',
  ),
  'train/recipe-invalid': text(
    'The recipe is not valid at {subject}: {reason}',
    '레시피의 {subject} 항목이 올바르지 않습니다: {reason}',
    'Correct that field; nothing was started.',
    '그 항목을 고치세요. 아무것도 시작하지 않았습니다.',
  ),
  'train/diverged': text(
    'The loss stopped being a number in epoch {epoch} (step {step}).',
    '{epoch}번째 에폭({step}번째 스텝)에서 손실이 숫자가 아니게 되었습니다.',
    'Train again with a lower learning rate or with gradient clipping; what was kept before is unharmed.',
    '학습률을 낮추거나 그래디언트 클리핑을 켜고 다시 학습하세요. 이전에 보관된 것은 그대로입니다.',
  ),
  'train/not-resumable': text(
    'Run {subject} cannot go on: {reason}',
    '{subject}번 실행을 이어갈 수 없습니다: {reason}',
    'Start a new training with its recipe.',
    '그 레시피로 새 학습을 시작하세요.',
  ),
  'run/unknown': text(
    'There is no run {subject} in this project.',
    '이 프로젝트에 {subject}번 실행이 없습니다.',
    'Train one first, or choose one of: {known}.',
    '먼저 학습하거나 다음 중에서 고르세요: {known}.',
  ),
  'run/unfinished': text(
    'Run {subject} has no result yet: {reason}.',
    '{subject}번 실행에는 아직 결과가 없습니다: {reason}.',
    'Let it end, resume it, or choose another run.',
    '끝날 때까지 기다리거나 이어서 실행하거나 다른 실행을 고르세요.',
  ),
  'evaluate/empty-split': text(
    'The split "{subject}" holds no labelled image.',
    '"{subject}" 분할에 라벨이 있는 이미지가 없습니다.',
    'Choose another split, or draw one on import.',
    '다른 분할을 고르거나 가져올 때 분할을 정하세요.',
  ),
  'evaluate/empty-slice': text(
    'No labelled image of the split is in the slice "{subject}".',
    '분할의 라벨 있는 이미지 가운데 "{subject}" 조각에 드는 것이 없습니다.',
    'Choose another query, or show the whole split.',
    '다른 질의를 고르거나 분할 전체를 보세요.',
  ),
  'evaluate/not-measured': text(
    'The degraded twin of the split "{subject}" was not measured for this run.',
    '이 실행에서는 "{subject}" 분할의 열화본을 재지 않았습니다.',
    'Measure it in Evaluate, or with "assay evaluate RUN --robust".',
    '평가 화면이나 "assay evaluate RUN --robust"로 재세요.',
  ),
  'classify/output': text(
    'The table {subject} cannot be written: {reason}',
    '{subject} 표를 쓸 수 없습니다: {reason}',
    'Choose another place with --out.',
    '--out으로 다른 위치를 지정하세요.',
  ),
  'classify/classes': text(
    '{subject} does not fit the others: {reason}',
    '{subject}의 클래스가 맞지 않습니다: {reason}',
    'Choose runs that were trained on the present classes of the project, or train again.',
    '프로젝트의 현재 클래스로 학습한 실행을 고르거나 다시 학습하세요.',
  ),
  'classify/stage2': text(
    'The second stage cannot be run: {reason}',
    '2단계를 실행할 수 없습니다: {reason}',
    'Correct the choice named above.',
    '위에 적힌 선택을 고쳐 주세요.',
  ),
  'classify/not-tuned': text(
    'Run {subject} has not been tuned.',
    '{subject}번 실행은 조정되지 않았습니다.',
    'Tune it first: "assay tune {subject}", or Evaluate, studies.',
    '먼저 조정하세요. "assay tune {subject}" 또는 평가의 연구에서 할 수 있습니다.',
  ),
  'classify/merge': text(
    'The tables cannot be joined: {reason}',
    '표를 합칠 수 없습니다: {reason}',
    'Give every part of one classification, each once.',
    '한 분류의 모든 부분을 한 번씩만 지정하세요.',
  ),
  'oof/invalid': text(
    'The out-of-fold table {subject} does not fit: {reason}',
    '교차 예측 표 {subject}이(가) 맞지 않습니다: {reason}',
    'Correct the place named above; nothing was imported.',
    '위에 적힌 곳을 고치세요. 아무것도 가져오지 않았습니다.',
  ),
  'clean/no-probabilities': text(
    'Cleaning needs out-of-fold probabilities, and {reason}',
    '정리에는 교차 예측 확률이 필요합니다: {reason}',
    'Label at least two images of two classes.',
    '두 클래스에 두 장 이상씩 라벨링하세요.',
  ),
  'clean/finding-unknown': text(
    'There is no finding {subject}.',
    '{subject}번 결과가 없습니다.',
    'Run the search again.',
    '다시 찾아 보세요.',
  ),
  'clean/decision-unfit': text(
    'A finding of the kind {kind} cannot be answered with "{decision}".',
    '{kind} 결과에는 "{decision}"(으)로 답할 수 없습니다.',
    'Answers that fit: {known}.',
    '가능한 답: {known}.',
  ),
  'clean/test-fixed': text(
    '{subject} is in the test split, which is mended but never made smaller.',
    '{subject}은(는) 테스트 분할에 있습니다. 테스트 분할은 고칠 수는 있어도 줄일 수 없습니다.',
    'Correct its label, or exclude the copies that a model learns from.',
    '라벨을 고치거나, 모델이 학습하는 사본을 제외하세요.',
  ),
  'clean/backbone-untrained': text(
    '{subject} starts from random weights and knows nothing to compare images by.',
    '{subject}은(는) 무작위 가중치에서 시작하므로 이미지를 비교할 수 없습니다.',
    'Name a backbone with weights: {known}.',
    '가중치가 있는 백본을 고르세요: {known}.',
  ),
  'clean/nothing-to-audit': text(
    'There is no label left to audit: {reason}',
    '검사할 라벨이 없습니다: {reason}',
    'Search for label errors first.',
    '먼저 라벨 오류를 찾으세요.',
  ),
  'clean/not-in-audit': text(
    '{subject} is not in the sample of the audit.',
    '{subject}은(는) 검사 표본에 없습니다.',
    'Answer the images that the audit names, or draw a new sample.',
    '검사에서 제시한 이미지에 답하거나 표본을 새로 뽑으세요.',
  ),
  'job/unknown': text(
    'There is no job {subject}.',
    '{subject}번 작업이 없습니다.',
    'Look at the list of jobs.',
    '작업 목록을 확인하세요.',
  ),
  'compute/crashed': text(
    'The computing process ended while it was at work ({reason}).',
    '계산 프로세스가 작업 중에 끝났습니다({reason}).',
    'Nothing that was finished is lost. Run the same step again; with little memory choose a smaller input size.',
    '끝난 부분은 남아 있습니다. 다시 실행하고, 메모리가 적으면 입력 크기를 줄이세요.',
  ),
  'door/forbidden': text(
    'This page may not talk to the studio ({reason}).',
    '이 페이지는 스튜디오에 연결할 수 없습니다({reason}).',
    'Open the address that "assay serve" printed.',
    '"assay serve"가 출력한 주소로 여세요.',
  ),
  'door/disconnected': text(
    'The studio stopped answering.',
    '스튜디오가 응답하지 않습니다.',
    'Start it again: everything acknowledged is saved.',
    '다시 시작하세요. 확인된 내용은 모두 저장되어 있습니다.',
  ),
  'door/view-missing': text(
    'The view could not be loaded ({reason}).',
    '보기를 불러오지 못했습니다({reason}).',
    'Try again, or load the page anew: everything acknowledged is saved.',
    '다시 시도하거나 페이지를 새로 고치세요. 확인된 내용은 모두 저장되어 있습니다.',
  ),
  'demo/output': text(
    'The folder {subject} cannot take the demo set: {reason}',
    '{subject} 폴더에 데모를 만들 수 없습니다: {reason}',
    'Choose an empty or new folder.',
    '비어 있거나 새 폴더를 고르세요.',
  ),
} as const satisfies Record<string, ErrorText>;

export type ErrorCode = keyof typeof ERRORS;
